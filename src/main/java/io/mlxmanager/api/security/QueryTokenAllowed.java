package io.mlxmanager.api.security;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The caller may also be named by {@code ?token=}, because a browser cannot send a header there: event streams,
 * downloads and WebSocket endpoints. Everywhere else that parameter is ignored.
 */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface QueryTokenAllowed {}
