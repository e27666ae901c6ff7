# In place of redis: drops root for the user redis, and runs what it is told.
FROM sanban-test-debian
RUN apt-get update && apt-get install -y --no-install-recommends gosu redis-server && install -d -o redis /data
WORKDIR /data
VOLUME /data
ENTRYPOINT ["gosu", "redis"]
CMD ["redis-server"]
