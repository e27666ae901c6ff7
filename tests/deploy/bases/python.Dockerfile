# In place of python:3.11-slim: the same commands, from Debian's packages.
FROM sanban-test-debian
ENV LANG=C.UTF-8
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates netbase tzdata python3.11 python3.11-venv \
    && ln -s /usr/bin/python3.11 /usr/local/bin/python && ln -s python /usr/local/bin/python3
# A mirror's certificate, if this machine knows one.
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt
