# The emulator in a container; docs/container.md says how to run it.
FROM python:3.13-slim AS dependencies
# Without pip: what runs installs nothing.
RUN python -m venv --without-pip /opt/wan-mock
# Only what names the dependencies: a change of the source leaves this layer as it is. With what --state redis:// needs.
COPY pyproject.toml /source/
RUN python -c 'import tomllib; project = tomllib.load(open("/source/pyproject.toml", "rb"))["project"]; print(*project["dependencies"], *project["optional-dependencies"]["redis"], sep="\n")' > /source/dependencies.txt \
 && python -m pip --python /opt/wan-mock/bin/python install --no-cache-dir --requirement /source/dependencies.txt

FROM dependencies AS package
COPY . /source/
RUN python -m pip wheel --no-cache-dir --no-deps --wheel-dir /wheels /source \
 && python -m pip --python /opt/wan-mock/bin/python install --no-cache-dir --no-deps --prefix /package /wheels/*.whl

FROM python:3.13-slim
LABEL org.opencontainers.image.title="wan-mock" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.description="An offline test double of the Wan 2.6 video API" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=dependencies /opt/wan-mock /opt/wan-mock
COPY --from=package /package /opt/wan-mock
COPY deploy/livez.py /opt/wan-mock/livez.py
ENV PATH=/opt/wan-mock/bin:$PATH \
    PYTHONUNBUFFERED=1
# Numbers, so that runAsNonRoot can be checked; they are nobody's.
USER 65532:65532
WORKDIR /
EXPOSE 8026
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["python", "-IS", "/opt/wan-mock/livez.py"]
ENTRYPOINT ["wan-mock"]
CMD ["serve", "--host", "0.0.0.0"]
