# The emulator in a container: docker build -t wan-mock . && docker run -p 8026:8026 wan-mock
FROM python:3.12-slim AS build
WORKDIR /src
COPY . .
RUN python -m pip wheel --no-cache-dir --wheel-dir /wheels .

FROM python:3.12-slim
COPY --from=build /wheels /wheels
RUN python -m pip install --no-cache-dir --no-index --find-links /wheels wan-mock && rm -rf /wheels
USER 65532:65532
EXPOSE 8026
ENTRYPOINT ["wan-mock"]
CMD ["serve", "--host", "0.0.0.0"]
