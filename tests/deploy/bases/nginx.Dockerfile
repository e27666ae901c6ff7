# In place of nginx: runs /etc/nginx/conf.d/*.conf in the foreground, its workers as the user nginx.
FROM sanban-test-debian
RUN useradd --system --no-create-home nginx \
    && apt-get update && apt-get install -y --no-install-recommends nginx-light \
    && rm -rf /etc/nginx/sites-enabled \
    && sed -i 's/^user .*/user nginx;/' /etc/nginx/nginx.conf \
    && ln -sf /dev/stdout /var/log/nginx/access.log && ln -sf /dev/stderr /var/log/nginx/error.log
STOPSIGNAL SIGQUIT
CMD ["nginx", "-g", "daemon off;"]
