import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Make a video with java.net.http (JDK 17 or later, no library): submit once, poll politely, save a whole file or none.
 *
 * <pre>
 * EMPIRIOLABS_API_BASE=http://127.0.0.1:8026/v1 EMPIRIOLABS_API_KEY=sk-empiriolabs-me \
 *     java Generate.java "sunrise over the ocean" sunrise.mp4 '{"duration": 6}'
 * </pre>
 *
 * <p>{@code Generate.java --job JOB_ID FILE} goes on with a job that is there already. The README one folder up tells the rules.
 */
public class Generate {
    static final String BASE = setting("EMPIRIOLABS_API_BASE", "").replaceAll("/+$", "") + "/";
    static final String KEY = setting("EMPIRIOLABS_API_KEY", "");
    static final double POLL_SECONDS = Double.parseDouble(setting("WAN_POLL_SECONDS", "5"));
    static final double DEADLINE_SECONDS = Double.parseDouble(setting("WAN_DEADLINE_SECONDS", "1800"));
    static final double CALL_SECONDS = 60; // for an answer of the API, and between two pieces of a download
    static final int TRIES = 5; // of a submission, and of a download
    static final int LOOKS = 3; // for the job of a submission that was not answered, and at a job that is 404
    static final String USAGE =
            "usage: Generate.java PROMPT FILE [JSON] | Generate.java --job JOB_ID FILE\n"
                    + "with EMPIRIOLABS_API_BASE and EMPIRIOLABS_API_KEY set; JSON has more fields of the request";
    static final String FREE = "no job was made, nothing is charged";
    static final Answer NOTHING = new Answer(0, null, Map.of());

    /** What the API answered; status 0 stands for nothing, or nothing that can be read. */
    record Answer(int status, HttpResponse<?> raw, Map<String, Object> body) {
        /** Nothing was done; it may be asked again later. */
        boolean isBusy() {
            return status == 429 || (status == 503 && body.containsKey("error"));
        }

        /** Nothing was done, and asking again does not help. */
        boolean isRefusal() {
            return status >= 300 && status < 500 && status != 408 && status != 429;
        }

        String header(String name) {
            return raw == null ? "" : raw.headers().firstValue(name).orElse("");
        }
    }

    /** What became of one try at the download; no problem is a whole video. */
    record Fetched(Answer answer, String problem) { }

    /** The end without a video; retryable if a new submission may help, and nothing is paid twice. */
    @SuppressWarnings("serial")
    static class Stop extends RuntimeException {
        final String outcome;
        final String code;
        final boolean retryable;

        Stop(String outcome, String code, String message, boolean retryable) {
            super(message);
            this.outcome = outcome;
            this.code = code;
            this.retryable = retryable;
        }
    }

    // One video, from the request to the file.
    final HttpClient api = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(); // follows no redirect
    final HttpClient files =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NORMAL).build();
    final long givesUpAt;
    final Consumer<String> tell;
    String jobId;
    String etag = "";

    Generate(double deadlineSeconds, String jobId, Consumer<String> tell) {
        this.givesUpAt = System.nanoTime() + (long) (deadlineSeconds * 1e9);
        this.jobId = jobId;
        this.tell = tell;
    }

    double left() {
        return (givesUpAt - System.nanoTime()) / 1e9;
    }

    /** How many milliseconds an answer may take. */
    long patience() {
        return (long) (1000 * Math.max(1, Math.min(CALL_SECONDS, left())));
    }

    /** Wait before the next try; false at once if that would be after the deadline. */
    boolean pause(double seconds) throws InterruptedException {
        if (seconds >= left()) {
            return false;
        }
        Thread.sleep((long) (1000 * seconds));
        return true;
    }

    /** Ask the API. It alone gets the key, so that redirects are not followed. */
    Answer call(String method, String path, Map<String, Object> fields) throws InterruptedException {
        var body = fields == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(Json.write(fields));
        var request = HttpRequest.newBuilder(URI.create(BASE).resolve(path)).method(method, body);
        request.header("Authorization", "Bearer " + KEY).header("Content-Type", "application/json");
        var coming = api.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
        try {
            var answer = coming.get(patience(), TimeUnit.MILLISECONDS);
            boolean isJson = answer.headers().firstValue("content-type").orElse("").contains("json");
            Object read = isJson ? Json.read(answer.body()) : Map.of();
            return read instanceof Map ? new Answer(answer.statusCode(), answer, object(read)) : NOTHING;
        } catch (ExecutionException | TimeoutException | IllegalArgumentException nothing) {
            coming.cancel(true);
            return NOTHING;
        }
    }

    /** Send the paid request, again only while there is no job of it; return where to poll. */
    String submit(Map<String, Object> request) throws InterruptedException {
        Answer listed = call("GET", "jobs?limit=100", null);
        if (listed.status() == 0) {
            throw refusal(listed, FREE);
        }
        Set<String> known = ids(listed);
        Answer answer = NOTHING;
        for (int attempt = 0; attempt < TRIES; attempt++) {
            answer = call("POST", "videos/generations", request);
            if (answer.isRefusal()) {
                break;
            }
            String job = text(answer.body().get("job_id"));
            if (job.isEmpty() && !answer.isBusy()) {
                job = unansweredJob(known);
            }
            if (!job.isEmpty()) {
                return accepted(job, text(answer.body().get("poll_url")));
            }
            if (attempt == TRIES - 1 || !pause(delay(1 << attempt, answer))) {
                break;
            }
        }
        boolean isSure = answer.isRefusal() || answer.isBusy();
        throw refusal(answer, isSure ? FREE : "no job of it is listed");
    }

    /** The job that was not there before the submission; empty if none shows up. */
    String unansweredJob(Set<String> known) throws InterruptedException {
        Set<String> fresh = null;
        for (int look = 0; known != null && look < LOOKS && (fresh == null || fresh.isEmpty()); look++) {
            pause(delay(1, NOTHING)); // the list may lag behind
            fresh = ids(call("GET", "jobs?limit=100", null));
            if (fresh != null) {
                fresh.removeAll(known);
            }
        }
        if (fresh == null || fresh.size() > 1) {
            String found = fresh == null ? "GET /v1/jobs does not tell" : "new are " + String.join(", ", fresh);
            String message = "a job may have been made and be charged: " + found + "; look before you submit again";
            throw new Stop("error", "outcome_unknown", message, false);
        }
        return fresh.isEmpty() ? "" : fresh.iterator().next();
    }

    /** Take the job down; return where to poll it, on the API's own host. */
    String accepted(String job, String pollUrl) {
        jobId = job;
        tell.accept(job + " accepted");
        URI base = URI.create(BASE);
        URI url = base.resolve(pollUrl);
        boolean isOwn = Objects.equals(url.getScheme(), base.getScheme()) && Objects.equals(url.getAuthority(), base.getAuthority());
        return isOwn && !pollUrl.isEmpty() ? pollUrl : "jobs/" + quoted(job);
    }

    /** The job once it is completed; a status that nobody knows is waited out. */
    Map<String, Object> follow(String pollUrl) throws InterruptedException {
        int missing = 0;
        String shown = "not seen yet";
        for (double factor = 1; ; factor = Math.min(1.2 * factor, 3)) {
            Answer answer = call("GET", pollUrl, null);
            String status = answer.status() == 200 ? text(answer.body().get("status")) : "";
            switch (status) {
                case "completed", "succeeded" -> {
                    return answer.body();
                }
                case "failed", "cancelled", "canceled" -> throw failure(jobId, answer.body());
                default -> { }
            }
            missing = answer.status() == 404 ? missing + 1 : 0;
            if (missing == LOOKS || (answer.isRefusal() && missing == 0)) {
                throw refusal(answer, jobId + " may be charged; GET /v1/account/usage tells");
            }
            if (!status.isEmpty() && !status.equals(shown)) {
                tell.accept(jobId + " " + status);
                shown = status;
            }
            if (left() <= 0) {
                throw unsaved("deadline_exceeded", "is " + shown + " and may yet be charged");
            }
            // Half of the time that is left is the most, whatever Retry-After says; with a last look at the end.
            double seconds = Math.min(delay(factor, answer), Math.min(Math.max(left() / 2, POLL_SECONDS), left()));
            Thread.sleep((long) (1000 * Math.max(0, seconds)));
        }
    }

    /** The end of a run whose job is left to be gone on with. */
    Stop unsaved(String code, String state) {
        String message = jobId + " " + state + "; go on with --job " + jobId + ", do not submit again";
        return new Stop(code.equals("deadline_exceeded") ? "timeout" : "error", code, message, false);
    }

    /** Save the video as part. The job is paid: whatever goes wrong, nothing is submitted. */
    void download(Map<String, Object> job, String pollUrl, Path part) throws InterruptedException, IOException {
        String url = text(videoOf(job).get("url"));
        String problem = "it has no URL";
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Answer answer = NOTHING;
            url = url.isEmpty() ? freshUrl(job, pollUrl) : url;
            if (!url.isEmpty()) {
                Fetched fetched = fetch(url, part);
                answer = fetched.answer();
                problem = fetched.problem();
            }
            if (problem.isEmpty()) {
                return;
            }
            if (answer.isRefusal()) {
                url = "";
                etag = "";
            }
            if (attempt < TRIES - 1 && !pause(delay(1 << attempt, answer))) {
                throw unsaved("deadline_exceeded", "is charged, but not saved: " + problem);
            }
        }
        throw unsaved("download_failed", "is charged, but not saved: " + problem);
    }

    String freshUrl(Map<String, Object> job, String pollUrl) throws InterruptedException {
        String fileId = text(videoOf(job).get("file_id"));
        Answer signed = fileId.isEmpty() ? NOTHING : call("GET", "files/sign?file_id=" + quoted(fileId), null);
        String url = text(signed.body().get("url"));
        return url.isEmpty() ? text(videoOf(call("GET", pollUrl, null).body()).get("url")) : url;
    }

    /** Fetch what part lacks, without the key; return what is still wrong with it. */
    Fetched fetch(String url, Path part) throws InterruptedException, IOException {
        long have = etag.isEmpty() ? 0 : Files.size(part);
        CompletableFuture<HttpResponse<Path>> coming;
        try {
            var request = HttpRequest.newBuilder(URI.create(url)).header("Accept-Encoding", "identity");
            if (have > 0) {
                request.header("Range", "bytes=" + have + "-").header("If-Range", etag);
            }
            coming = files.sendAsync(request.build(), answer -> save(answer, part));
        } catch (IllegalArgumentException error) {
            return new Fetched(NOTHING, "its URL is none: " + error.getMessage());
        }
        for (long size = -1; ; size = Files.size(part)) {
            try {
                var answer = coming.get(patience(), TimeUnit.MILLISECONDS);
                return new Fetched(new Answer(answer.statusCode(), answer, Map.of()), lack(answer, part, have));
            } catch (ExecutionException error) {
                return new Fetched(NOTHING, "the download broke off (" + error.getCause().getMessage() + ")");
            } catch (TimeoutException silence) {
                if (left() > 0 && size != Files.size(part)) {
                    continue; // it is slow, but it comes
                }
                coming.cancel(true);
                if (left() <= 0) {
                    throw unsaved("deadline_exceeded", "is charged, but not saved yet");
                }
                return new Fetched(NOTHING, "the download stands still");
            }
        }
    }

    /** Decide where the body of an answer goes: to part, if it is the video or the rest of it. */
    HttpResponse.BodySubscriber<Path> save(HttpResponse.ResponseInfo answer, Path part) {
        if (!isVideo(answer.statusCode(), answer.headers().firstValue("content-type").orElse(""))) {
            return BodySubscribers.replacing(part);
        }
        String tag = answer.headers().firstValue("etag").orElse("");
        etag = tag.startsWith("\"") ? tag : ""; // a weak one does not vouch for ranges
        var mode = answer.statusCode() == 206 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
        return BodySubscribers.ofFile(part, StandardOpenOption.WRITE, mode);
    }

    /** What is wrong with part, which had so many bytes before this answer; empty for nothing. */
    String lack(HttpResponse<Path> answer, Path part, long had) throws IOException {
        int status = answer.statusCode();
        String type = answer.headers().firstValue("content-type").orElse("no type");
        if (!isVideo(status, type)) {
            return status == 200 || status == 206 ? "its URL answers with " + type : "its URL answers " + status;
        }
        long size = Files.size(part);
        var length = answer.headers().firstValueAsLong("content-length");
        if (length.isPresent() && size != length.getAsLong() + (status == 206 ? had : 0)) {
            return "the download ended after " + size + " bytes";
        }
        if (isMp4(part)) {
            return "";
        }
        etag = ""; // nothing of it is worth keeping
        return "what its URL answers with is no MP4";
    }

    static boolean isVideo(int status, String type) {
        return (status == 200 || status == 206) && type.startsWith("video/mp4");
    }

    /** How many seconds to wait: as Retry-After says, else factor intervals; with jitter. */
    static double delay(double factor, Answer answer) {
        String asked = answer.header("retry-after");
        double chance = ThreadLocalRandom.current().nextDouble();
        if (asked.matches("0*[1-9][0-9]*")) {
            return Double.parseDouble(asked) + POLL_SECONDS * (0.05 + 0.05 * chance);
        }
        return POLL_SECONDS * factor * (0.9 + 0.2 * chance);
    }

    /** The ids in a list of jobs, null if the answer is none. */
    static Set<String> ids(Answer answer) {
        if (answer.status() != 200 || !(answer.body().get("data") instanceof List<?> jobs)) {
            return null;
        }
        return jobs.stream().map(job -> text(object(job).get("job_id"))).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The end that an error of the API is: its code, its message and all details. */
    static Stop refusal(Answer answer, String charge) {
        int status = answer.status();
        Map<String, Object> error = object(answer.body().get("error"));
        var texts = new LinkedHashSet<>(List.of(text(error.get("message"))));
        if (error.get("details") instanceof List<?> details) {
            details.forEach(one -> texts.add(text(object(one).get("message"))));
        }
        texts.remove("");
        if (texts.isEmpty()) {
            texts.add("the API answered " + (status == 0 ? "nothing that can be read" : status));
        }
        String code = text(error.get("code"));
        code = !code.isEmpty() ? code : status == 0 ? "no_answer" : "http_" + status;
        return new Stop("error", code, String.join(" | ", texts) + " (" + charge + ")", answer.isBusy());
    }

    /** The end that a failed or cancelled job is; one that the provider objects to fails again. */
    static Stop failure(String jobId, Map<String, Object> job) {
        Map<String, Object> error = object(job.get("error"));
        String status = text(job.get("status"));
        String code = text(error.get("code"));
        String message = Stream.of(text(error.get("message")), "no reason is given").filter(text -> !text.isEmpty()).findFirst().get();
        boolean isObjection = message.matches("(?s)(DataInspection|Invalid|IPInfringement).*");
        String text = jobId + " " + status + ": " + message + " (it is not charged)";
        return new Stop("failed", code.isEmpty() ? status : code, text, !isObjection);
    }

    static Map<String, Object> videoOf(Map<String, Object> job) {
        return object(job.get("result")).get("data") instanceof List<?> data && !data.isEmpty() ? object(data.get(0)) : Map.of();
    }

    /** Whether path is a row of whole boxes: ftyp first, an index (moov), pictures (mdat). */
    static boolean isMp4(Path path) throws IOException {
        var names = new ArrayList<String>();
        try (var file = new RandomAccessFile(path.toFile(), "r")) {
            long at = 0;
            while (at + 8 <= file.length()) {
                file.seek(at);
                long length = Integer.toUnsignedLong(file.readInt());
                byte[] name = new byte[4];
                file.readFully(name);
                names.add(new String(name, StandardCharsets.ISO_8859_1));
                if (length == 1 && at + 16 <= file.length()) {
                    length = file.readLong();
                }
                at += length == 0 ? file.length() - at : Math.max(8, length);
            }
            return at == file.length() && names.indexOf("ftyp") == 0 && names.containsAll(List.of("moov", "mdat"));
        }
    }

    /** One line on the video and its price. */
    static String made(Path output, Map<String, Object> job) throws IOException {
        Map<String, Object> cost = object(object(object(job.get("result")).get("usage")).get("cost"));
        Object seconds = videoOf(job).getOrDefault("duration_seconds", "?");
        Object price = cost.getOrDefault("currency", "price") + " " + cost.getOrDefault("amount", "?");
        return output + ": " + Files.size(output) + " bytes, " + seconds + " s, " + price;
    }

    static String setting(String name, String otherwise) {
        return Objects.requireNonNullElse(System.getenv(name), otherwise);
    }

    static String text(Object value) {
        return value == null ? "" : value.toString();
    }

    static String quoted(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @SuppressWarnings("unchecked") // the reader makes no other maps
    static Map<String, Object> object(Object value) {
        return value instanceof Map ? (Map<String, Object>) value : Map.of();
    }

    /** Make what the request asks for, or take jobId, save it as output; return what became of it. */
    public static Map<String, Object> generate(
            Map<String, Object> request, Path output, double deadlineSeconds, String jobId, Consumer<String> tell)
            throws InterruptedException {
        var run = new Generate(deadlineSeconds, jobId, tell);
        Path part = Path.of(output + ".part");
        Stop end;
        try {
            Files.write(part, new byte[0]); // what cannot be saved is not ordered
            String pollUrl = jobId.isEmpty() ? run.submit(request) : run.accepted(jobId, "");
            Map<String, Object> job = run.follow(pollUrl);
            run.download(job, pollUrl, part);
            Files.move(part, output, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            end = new Stop("completed", null, made(output, job), false);
        } catch (Stop stop) {
            end = stop;
        } catch (IOException error) {
            end = run.jobId.isEmpty()
                    ? new Stop("error", "not_saved", error + " (" + FREE + ")", false)
                    : run.unsaved("not_saved", "may be charged, but not saved: " + error);
        } finally {
            part.toFile().delete();
        }
        var told = new LinkedHashMap<String, Object>();
        told.put("outcome", end.outcome);
        told.put("job_id", run.jobId.isEmpty() ? null : run.jobId);
        told.put("error_code", end.code);
        told.put("message", end.getMessage());
        told.put("retryable", end.retryable);
        return told;
    }

    public static void main(String[] arguments) throws InterruptedException {
        boolean isJob = arguments.length > 0 && arguments[0].equals("--job");
        List<String> words = Arrays.asList(arguments).subList(isJob ? 1 : 0, arguments.length);
        Object fields = null;
        try {
            fields = Json.read(words.size() == 3 ? words.get(2) : "{}");
        } catch (IllegalArgumentException unreadable) {
            // told below
        }
        if (words.size() < 2 || words.size() > 3 || !(fields instanceof Map) || KEY.isEmpty() || BASE.equals("/")) {
            System.err.println(USAGE);
            System.exit(2);
        }
        var request = new LinkedHashMap<String, Object>(Map.of("model", "wan-2-6", "prompt", words.get(0)));
        request.putAll(object(fields));
        var end = generate(request, Path.of(words.get(1)), DEADLINE_SECONDS, isJob ? words.get(0) : "", System.out::println);
        boolean isMade = end.get("outcome").equals("completed");
        String message = text(end.get("message")).replaceAll("\\s+", " "); // in one line
        (isMade ? System.out : System.err).println(isMade ? message : end.get("error_code") + ": " + message);
        System.exit(isMade ? 0 : 1);
    }

    /** As much of JSON as the API speaks: objects are maps, arrays lists, numbers BigDecimal, null null. */
    static class Json {
        private final String text;
        private int at;

        private Json(String text) {
            this.text = text;
        }

        /** Return the value that the text is; IllegalArgumentException where it is not JSON. */
        static Object read(String text) {
            var reader = new Json(text);
            try {
                Object value = reader.value();
                if (reader.peek() == 0) {
                    return value;
                }
            } catch (IndexOutOfBoundsException cut) {
                // the text ends too early
            }
            throw new IllegalArgumentException("no JSON at character " + reader.at);
        }

        /** Return the value as JSON. */
        static String write(Object value) {
            if (value instanceof Map<?, ?> map) {
                return map.entrySet().stream().map(one -> write(one.getKey()) + ":" + write(one.getValue())).collect(Collectors.joining(",", "{", "}"));
            }
            if (value instanceof List<?> list) {
                return list.stream().map(Json::write).collect(Collectors.joining(",", "[", "]"));
            }
            if (!(value instanceof String string)) {
                return String.valueOf(value);
            }
            return string.chars().mapToObj(Json::escaped).collect(Collectors.joining("", "\"", "\""));
        }

        private static String escaped(int character) {
            return character < ' ' || character == '"' || character == '\\' || Character.isSurrogate((char) character)
                    ? String.format("\\u%04x", character)
                    : String.valueOf((char) character);
        }

        /** The next character that is not white space, 0 at the end. */
        private char peek() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            return at < text.length() ? text.charAt(at) : 0;
        }

        private boolean takes(char character) {
            boolean isNext = peek() == character;
            at += isNext ? 1 : 0;
            return isNext;
        }

        private void expect(char character) {
            if (!takes(character)) {
                throw new IllegalArgumentException("no " + character + " at character " + at);
            }
        }

        private Object value() {
            return switch (peek()) {
                case '{' -> members();
                case '[' -> items();
                case '"' -> string();
                default -> word();
            };
        }

        private Map<String, Object> members() {
            var members = new LinkedHashMap<String, Object>();
            expect('{');
            for (boolean more = peek() != '}'; more; more = takes(',')) {
                String name = string();
                expect(':');
                members.put(name, value());
            }
            expect('}');
            return members;
        }

        private List<Object> items() {
            var items = new ArrayList<Object>();
            expect('[');
            for (boolean more = peek() != ']'; more; more = takes(',')) {
                items.add(value());
            }
            expect(']');
            return items;
        }

        private String string() {
            expect('"');
            var read = new StringBuilder();
            for (char next = text.charAt(at++); next != '"'; next = text.charAt(at++)) {
                read.append(next == '\\' ? escape() : next);
            }
            return read.toString();
        }

        private char escape() {
            char kind = text.charAt(at++);
            if (kind == 'u') {
                at += 4;
                return (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            int known = "bfnrt\"\\/".indexOf(kind);
            if (known < 0) {
                throw new IllegalArgumentException("no escape at character " + at);
            }
            return "\b\f\n\r\t\"\\/".charAt(known);
        }

        private Object word() {
            int from = at;
            while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            String word = text.substring(from, at);
            return switch (word) {
                case "true" -> true;
                case "false" -> false;
                case "null" -> null;
                default -> new BigDecimal(word); // a NumberFormatException is an IllegalArgumentException
            };
        }
    }
}
