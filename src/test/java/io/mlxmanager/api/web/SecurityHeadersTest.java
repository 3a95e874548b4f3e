package io.mlxmanager.api.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecurityHeadersTest {

    private final Map<String, Object> headers = new HashMap<>();

    private void answer(boolean secure) throws Exception {
        HttpServletRequest request = fake(HttpServletRequest.class, (proxy, method, values) -> {
            assertThat(method.getName()).isEqualTo("isSecure");
            return secure;
        });
        HttpServletResponse response = fake(HttpServletResponse.class, (proxy, method, values) -> {
            assertThat(method.getName()).isEqualTo("setHeader");
            return headers.put((String) values[0], values[1]);
        });
        FilterChain chain = (passedRequest, passedResponse) -> headers.put("passed on", "yes");
        new SecurityHeaders().doFilter(request, response, chain);
        assertThat(headers).containsEntry("passed on", "yes");
    }

    @Test
    void everyAnswerForbidsFramesGuessesAndReferrers() throws Exception {
        answer(false);
        assertThat(headers)
                .containsEntry("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
                .containsEntry("X-Content-Type-Options", "nosniff")
                .containsEntry("Referrer-Policy", "no-referrer")
                .containsEntry("X-Frame-Options", "DENY");
    }

    @Test
    void onlyAnEncryptedConnectionPromisesToStayEncrypted() throws Exception {
        answer(false);
        assertThat(headers).doesNotContainKey("Strict-Transport-Security");
        answer(true);
        assertThat(headers).containsEntry("Strict-Transport-Security", "max-age=31536000");
    }

    private static <T> T fake(Class<T> type, InvocationHandler answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answers));
    }
}
