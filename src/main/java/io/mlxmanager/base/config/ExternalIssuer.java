package io.mlxmanager.base.config;

import java.util.Optional;

/**
 * Whether tokens of another issuer count.
 *
 * @param config of that issuer; empty when only our own tokens do
 */
public record ExternalIssuer(Optional<IssuerConfig> config) {}
