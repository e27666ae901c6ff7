"""The service under load: real gunicorn, PostgreSQL and workers. `python -m benchmarks.service`, docs/benchmarks.md."""
