# One image for web, worker, beat and migration. Build: docker build -t grid-governance .
FROM node:22-bookworm-slim AS libraries
WORKDIR /site
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM python:3.13-slim-bookworm AS site
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONNODEBUGRANGES=1 DJANGO_SETTINGS_MODULE=governance.settings.site
ENV MALLOC_ARENA_MAX=2 MALLOC_TRIM_THRESHOLD_=131072 MALLOC_MMAP_THRESHOLD_=131072
ENV STATIC_ROOT=/site/static-collected MEDIA_ROOT=/var/lib/governance/media
RUN useradd --system --uid 10001 --home-dir /var/lib/governance --create-home governance \
    && install -d -o governance -g governance /var/lib/governance/media /var/lib/governance/beat
WORKDIR /site
COPY requirements/runtime.txt requirements/
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements/runtime.txt
COPY . .
COPY --from=libraries /site/node_modules node_modules
# Catalogues and static files need settings, not servers.
RUN python -c "from launch.prepare import compile_translations; compile_translations()" \
    && SECRET_KEY=build DATABASE_URL=postgresql:///none REDIS_URL=redis://none/0 \
       python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf node_modules && python -m compileall -q .
USER governance
EXPOSE 8000
CMD ["python", "-m", "governance.serving", "--host", "0.0.0.0", "--port", "8000", "--workers", "2"]
