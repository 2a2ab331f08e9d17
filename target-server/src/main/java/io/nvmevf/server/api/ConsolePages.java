package io.nvmevf.server.api;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of the web console, from the class path. They are the same for everybody and hold no data: what the console shows
 * it fetches from the API, which asks who wants it.
 *
 * <p>A browser asks each time whether a file has changed. Its entity tag is made of what is in it: the times of files in a jar are
 * those of the build, which are the same in each one.
 */
final class ConsolePages implements HttpService {
    /** Where they are. */
    static final String PATH = "/console/";

    private static final Pattern NAME = Pattern.compile("([a-z]+/)*[a-z0-9-]+\\.(html|css|js|svg)");

    private static final Map<String, MediaType> TYPES = Map.of(
            "html", MediaType.HTML_UTF_8,
            "css", MediaType.CSS_UTF_8,
            "js", MediaType.JAVASCRIPT_UTF_8,
            "svg", MediaType.SVG_UTF_8);

    /** Nothing from elsewhere, nothing inline, in nobody's frame, and no text that becomes markup. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; "
            + "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private static final String PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

    private record Page(MediaType type, HttpData content, String tag) {}

    /** What was asked for so far: at most the files that there are. */
    private final Map<String, Page> pages = new ConcurrentHashMap<>();

    /** To the console from where people begin. */
    static HttpResponse redirect(ServiceRequestContext ctx, HttpRequest request) {
        return HttpResponse.ofRedirect(HttpStatus.FOUND, PATH);
    }

    @Override
    public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
        Page page = page(ctx.mappedPath().substring(1));
        if (page == null) {
            return Problems.problem(HttpStatus.NOT_FOUND, null, "the console has no such file; it begins at " + PATH)
                    .toHttpResponse();
        }
        boolean known = page.tag().equals(request.headers().get(HttpHeaderNames.IF_NONE_MATCH));
        ResponseHeadersBuilder headers = ResponseHeaders.builder(known ? HttpStatus.NOT_MODIFIED : HttpStatus.OK)
                .add(HttpHeaderNames.ETAG, page.tag())
                .add(HttpHeaderNames.CACHE_CONTROL, "no-cache")
                .add(HttpHeaderNames.CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)
                .add(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
                .add(HttpHeaderNames.X_FRAME_OPTIONS, "DENY")
                .add(HttpHeaderNames.REFERRER_POLICY, "no-referrer")
                .add("permissions-policy", PERMISSIONS)
                .add("cross-origin-opener-policy", "same-origin")
                .add("cross-origin-resource-policy", "same-origin");
        return known
                ? HttpResponse.of(headers.build())
                : HttpResponse.of(headers.contentType(page.type()).build(), page.content());
    }

    private @Nullable Page page(String path) {
        String name = path.isEmpty() ? "index.html" : path;
        Page known = pages.get(name);
        if (known != null || !NAME.matcher(name).matches()) {
            return known;
        }
        try (InputStream in = ConsolePages.class.getResourceAsStream("console/" + name)) {
            if (in == null) {
                return null;
            }
            byte[] content = in.readAllBytes();
            MediaType type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
            Page page = new Page(type == null ? MediaType.OCTET_STREAM : type, HttpData.wrap(content), tag(content));
            pages.put(name, page);
            return page;
        } catch (IOException e) {
            throw new UncheckedIOException("the console's file " + name + " cannot be read", e);
        }
    }

    private static String tag(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return '"' + HexFormat.of().formatHex(digest, 0, 16) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
