# In place of postgres: makes its cluster at the first start from POSTGRES_USER, _PASSWORD, _DB and _INITDB_ARGS.
FROM sanban-test-debian
RUN apt-get update && apt-get install -y --no-install-recommends gosu postgresql-common \
    && sed -i 's/^#*create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf \
    && apt-get install -y --no-install-recommends postgresql \
    && ln -s "$(dirname /usr/lib/postgresql/*/bin/postgres)" /opt/postgresql
ENV PATH=/opt/postgresql:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PGDATA=/var/lib/postgresql/data
VOLUME /var/lib/postgresql/data
COPY --chmod=755 postgres.sh /usr/local/bin/
ENTRYPOINT ["postgres.sh"]
STOPSIGNAL SIGINT
CMD ["postgres", "-c", "listen_addresses=*"]
