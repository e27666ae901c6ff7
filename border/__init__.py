"""What stands between the service and the network: who may hold a thread, and which addresses are called."""
