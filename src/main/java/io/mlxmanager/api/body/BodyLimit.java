package io.mlxmanager.api.body;

import io.mlxmanager.base.config.ByteSize;
import io.mlxmanager.base.config.HttpConfig;
import io.mlxmanager.base.problem.Problem;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Pattern;

/** Refuses bodies above the configured size: by their announced length, else when the limit is reached in reading. */
@Provider
@Dependent
@Priority(Priorities.ENTITY_CODER)
public final class BodyLimit implements ContainerRequestFilter {

    private static final Pattern DIGITS = Pattern.compile("\\d{1,18}");

    private final ByteSize limit;

    /** JAX-RS demands this constructor to accept the class as a filter; CDI then uses the other one. */
    public BodyLimit() {
        this.limit = new ByteSize(0);
    }

    @Inject
    public BodyLimit(HttpConfig config) {
        this.limit = config.maxBody();
    }

    @Override
    public void filter(ContainerRequestContext request) {
        if (announcedLength(request) > limit.bytes()) {
            throw tooLarge();
        }
        if (request.hasEntity()) {
            request.setEntityStream(new Limited(request.getEntityStream()));
        }
    }

    /**
     * Not {@code getLength()}, which is an int and -1 for anything longer. The server has checked the header; where it
     * repeats it, as after an upgrade to HTTP/2, the length counts as unknown.
     */
    private static long announcedLength(ContainerRequestContext request) {
        String length = request.getHeaderString("Content-Length");
        return length != null && DIGITS.matcher(length).matches() ? Long.parseLong(length) : -1;
    }

    private Problem tooLarge() {
        return Problem.tooLarge("The request body is larger than " + limit);
    }

    private final class Limited extends FilterInputStream {

        private long read;

        Limited(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            count(Math.max(count, 0));
            return count;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(bytes);
            count(skipped);
            return skipped;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        private void count(long bytes) {
            read += bytes;
            if (read > limit.bytes()) {
                throw tooLarge();
            }
        }
    }
}
