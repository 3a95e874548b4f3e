package io.mlxmanager.manage.identity;

import io.mlxmanager.base.crypto.Digests;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Ties a subject of an external issuer to a user. Lives inside one transaction. */
@Entity
@Table(name = "external_logins")
public class ExternalLogin {

    @Id
    @Column(name = "id")
    private String id;

    @Column(name = "issuer", nullable = false)
    private String issuer;

    @Column(name = "subject", nullable = false)
    private String subject;

    @Column(name = "user_id", nullable = false)
    private Long userId;

    /** For the persistence provider. */
    protected ExternalLogin() {}

    ExternalLogin(ExternalIdentity identity, long userId) {
        this.id = key(identity);
        this.issuer = identity.issuer();
        this.subject = identity.subject();
        this.userId = userId;
    }

    /** The length first, so that no two pairs read the same. */
    static String key(ExternalIdentity identity) {
        String pair = identity.issuer().length() + ":" + identity.issuer() + identity.subject();
        return HexFormat.of().formatHex(Digests.sha256(pair.getBytes(StandardCharsets.UTF_8)));
    }

    long userId() {
        return userId;
    }
}
