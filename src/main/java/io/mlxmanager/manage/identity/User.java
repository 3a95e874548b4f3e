package io.mlxmanager.manage.identity;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/**
 * A person or program with an e-mail address and a password. The id never changes and is what tokens name; everything
 * else may. Registered as pending, approved by an administrator, perhaps disabled and approved again; a change that must
 * end existing tokens raises the token generation.
 *
 * <p>Lives inside one transaction; {@link Account} is its picture for the world outside.
 */
@Entity
@Table(name = "users")
@NamedQuery(name = "User.byEmail", query = "SELECT u FROM User u WHERE u.email = :email")
@NamedQuery(name = "User.newestFirst", query = "SELECT u FROM User u ORDER BY u.createdAt DESC, u.id DESC")
@NamedQuery(name = "User.countByStatus", query = "SELECT COUNT(u) FROM User u WHERE u.status = :status")
@NamedQuery(
        name = "User.countActiveAdmins",
        query = "SELECT COUNT(u) FROM User u WHERE u.admin = TRUE AND u.status = :approved")
public class User {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    @Column(name = "email", nullable = false)
    private String email;

    @Column(name = "password_hash", nullable = false)
    private String passwordHash;

    @Column(name = "is_admin", nullable = false)
    private boolean admin;

    @Convert(converter = RolesColumn.class)
    @Column(name = "roles", nullable = false)
    private Set<Role> roles = EnumSet.noneOf(Role.class);

    @Column(name = "status", nullable = false)
    private UserStatus status = UserStatus.PENDING;

    @Column(name = "token_generation", nullable = false)
    private int tokenGeneration;

    @Column(name = "created_at", nullable = false)
    private Instant createdAt;

    @Column(name = "approved_at")
    private Instant approvedAt;

    @Column(name = "approved_by")
    private Long approvedBy;

    /** For the persistence provider. */
    protected User() {}

    /** A pending user without rights. */
    public User(EmailAddress email, String passwordHash, Instant createdAt) {
        this.email = email.value();
        this.passwordHash = passwordHash;
        this.createdAt = createdAt;
    }

    public Long getId() {
        return id;
    }

    public String getPasswordHash() {
        return passwordHash;
    }

    public UserStatus getStatus() {
        return status;
    }

    public boolean isAdmin() {
        return admin;
    }

    public void setEmail(EmailAddress email) {
        this.email = email.value();
    }

    public void setAdmin(boolean admin) {
        this.admin = admin;
    }

    public void setRoles(Set<Role> roles) {
        this.roles = Set.copyOf(roles);
    }

    /** The same password under other parameters; tokens stay valid. */
    public void setPasswordHash(String passwordHash) {
        this.passwordHash = passwordHash;
    }

    /** Whether this user is an administrator who can act now. */
    public boolean isActiveAdmin() {
        return admin && status == UserStatus.APPROVED;
    }

    /** The first approval is remembered with its time and author; later ones change the status only. */
    public void approve(Instant when, Long administratorId) {
        status = UserStatus.APPROVED;
        if (approvedAt == null) {
            approvedAt = when;
            approvedBy = administratorId;
        }
    }

    /** Takes the approval away, and with it every token, so that none comes back to life with a later approval. */
    public void suspend(UserStatus newStatus) {
        status = newStatus;
        endTokens();
    }

    /** Makes every token issued so far worthless. */
    public void endTokens() {
        tokenGeneration++;
    }

    public Account account() {
        return new Account(id, email, admin, roles, status, tokenGeneration, createdAt, approvedAt, approvedBy);
    }
}
