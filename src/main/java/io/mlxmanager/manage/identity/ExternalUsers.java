package io.mlxmanager.manage.identity;

import io.mlxmanager.base.persist.Transactions;
import io.mlxmanager.manage.identity.TokenRefused.Reason;
import jakarta.persistence.EntityManager;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Logger;

/**
 * The users whom an external issuer vouches for. One is made at first sight, pending unless a group says otherwise, and
 * has the roles that the groups of the latest token name. An address that a user of our own has is never taken over.
 */
final class ExternalUsers implements ExternalAccounts {

    private static final Logger LOG = Logger.getLogger(ExternalUsers.class.getName());
    private static final int PASSWORD_BYTES = 32;

    private final Transactions transactions;
    private final Passwords passwords;
    private final Optional<String> approvedGroup;
    private final Clock clock;

    ExternalUsers(Transactions transactions, Passwords passwords, Optional<String> approvedGroup, Clock clock) {
        this.transactions = transactions;
        this.passwords = passwords;
        this.approvedGroup = approvedGroup;
        this.clock = clock;
    }

    @Override
    public long userId(ExternalIdentity identity) {
        Optional<Account> known =
                transactions.call(entities -> known(entities, identity).map(User::account));
        if (known.isPresent()) {
            if (!agrees(known.get(), identity)) {
                transactions.call(entities -> {
                    Users users = new Users(entities);
                    users.lockState();
                    known(entities, identity).ifPresent(user -> follow(users, user, identity));
                    return null;
                });
            }
            return known.get().id();
        }
        return create(identity);
    }

    private static Optional<User> known(EntityManager entities, ExternalIdentity identity) {
        return Optional.ofNullable(entities.find(ExternalLogin.class, ExternalLogin.key(identity)))
                .flatMap(login -> new Users(entities).find(login.userId()));
    }

    private long create(ExternalIdentity identity) {
        if (!EmailAddress.isAddress(identity.email())) {
            throw refused(identity);
        }
        EmailAddress address = EmailAddress.of("email", identity.email());
        byte[] nobodyKnows = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(nobodyKnows);
        String hash = passwords.hash(HexFormat.of().formatHex(nobodyKnows));
        return transactions.call(entities -> {
            Users users = new Users(entities);
            IdentityState state = users.lockState();
            Optional<User> madeMeanwhile = known(entities, identity);
            if (madeMeanwhile.isPresent()) {
                return madeMeanwhile.get().getId();
            }
            if (users.findByEmail(address.value()).isPresent()) {
                throw refused(identity);
            }
            User user = new User(address, hash, clock.instant());
            users.add(user);
            entities.persist(new ExternalLogin(identity, user.getId()));
            follow(users, user, identity);
            if (state.isUnclaimed() && user.isActiveAdmin()) {
                state.setFirstAdminId(user.getId());
            }
            entities.flush();
            return user.getId();
        });
    }

    /** The last administrator stays one, whatever the issuer says. */
    private void follow(Users users, User user, ExternalIdentity identity) {
        Account before = user.account();
        if (before.approvedAt() == null && approves(identity)) {
            user.approve(clock.instant(), null);
        }
        boolean admin = isAdmin(identity);
        if (admin != before.admin() && (admin || !user.isActiveAdmin() || users.activeAdmins() > 1)) {
            user.setAdmin(admin);
        }
        user.setRoles(roles(identity));
    }

    private boolean agrees(Account account, ExternalIdentity identity) {
        return account.admin() == isAdmin(identity)
                && account.roles().equals(roles(identity))
                && (account.approvedAt() != null || !approves(identity));
    }

    private boolean approves(ExternalIdentity identity) {
        return isAdmin(identity)
                || approvedGroup.filter(identity.groups()::contains).isPresent();
    }

    private static boolean isAdmin(ExternalIdentity identity) {
        return identity.groups().contains(Role.ADMIN.group());
    }

    private static Set<Role> roles(ExternalIdentity identity) {
        return identity.groups().contains(Role.AUDITOR.group()) ? EnumSet.of(Role.AUDITOR) : EnumSet.noneOf(Role.class);
    }

    private static TokenRefused refused(ExternalIdentity identity) {
        LOG.warning(() -> "A token of " + identity.issuer() + " was refused: its e-mail address is missing, is none, or"
                + " belongs to a user who was not made by it");
        return new TokenRefused(Reason.UNKNOWN_USER);
    }
}
