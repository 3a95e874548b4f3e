package io.mlxmanager.manage.identity;

import io.mlxmanager.base.config.ExternalIssuer;
import io.mlxmanager.base.config.IssuerConfig;
import io.mlxmanager.base.config.LoginConfig;
import io.mlxmanager.base.config.PasswordConfig;
import io.mlxmanager.base.config.TokenConfig;
import io.mlxmanager.base.persist.Transactions;
import io.mlxmanager.base.secrets.SecretRing;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Optional;

/** Puts the plain classes of this package together for injection. */
@ApplicationScoped
public class IdentityProducer {

    /** In the precision that is stored, so that what was answered once is answered again. */
    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);

    @Produces
    @Singleton
    Accounts accounts(Transactions transactions) {
        return new Accounts(transactions);
    }

    @Produces
    @Singleton
    TokenLedger tokenLedger(Transactions transactions) {
        return new EndedTokens(transactions, clock);
    }

    @Produces
    @Singleton
    TokenVerifier tokenVerifier(
            SecretRing secrets,
            TokenConfig config,
            ExternalIssuer issuer,
            Accounts accounts,
            TokenLedger ledger,
            KeyLookup keys,
            Transactions transactions,
            Passwords passwords) {
        Optional<IssuerConfig> external = issuer.config();
        return new TokenVerifier(
                secrets,
                config,
                accounts,
                ledger,
                keys,
                external.map(trusted -> new ExternalTokens(trusted, clock)),
                new ExternalUsers(transactions, passwords, external.flatMap(IssuerConfig::approvedGroup), clock),
                clock);
    }

    @Produces
    @Singleton
    TokenIssuer tokenIssuer(SecretRing secrets, TokenConfig config) {
        return new TokenIssuer(secrets, config, clock);
    }

    @Produces
    @Singleton
    Passwords passwords(PasswordConfig config) {
        return new Passwords(config);
    }

    @Produces
    @Singleton
    Registration registration(Transactions transactions, Passwords passwords) {
        return new Registration(transactions, passwords, clock);
    }

    @Produces
    @Singleton
    Login login(Transactions transactions, Passwords passwords, LoginConfig config, TokenIssuer tokens) {
        return new Login(transactions, passwords, new LoginBackoff(config, clock), tokens);
    }

    @Produces
    @Singleton
    UserAdministration userAdministration(Transactions transactions, Passwords passwords) {
        return new UserAdministration(transactions, passwords, clock);
    }

    @Produces
    @Singleton
    Sessions sessions(Transactions transactions, Passwords passwords, TokenIssuer tokens, TokenLedger ledger) {
        return new Sessions(transactions, passwords, tokens, ledger);
    }
}
