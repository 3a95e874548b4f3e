package io.mlxmanager.manage.response;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The row of one response; its text is cut into pieces that every database takes. Lives inside one transaction. */
@Entity
@Table(name = "responses")
@NamedQuery(name = "ResponseRow.expired", query = "SELECT r FROM ResponseRow r WHERE r.expiresAt <= :now")
public class ResponseRow {

    private static final int PIECE = 8000;

    @Id
    private String id;

    @Column(name = "user_id")
    private Long userId;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "expires_at")
    private Instant expiresAt;

    @ElementCollection
    @CollectionTable(name = "response_pieces", joinColumns = @JoinColumn(name = "response_id"))
    @OrderColumn(name = "part")
    @Column(name = "content")
    private List<String> pieces = new ArrayList<>();

    /** For the persistence provider. */
    protected ResponseRow() {}

    /** @param userId null for a caller who is no user */
    ResponseRow(String id, Long userId, Instant createdAt, Instant expiresAt, String text) {
        this.id = id;
        this.userId = userId;
        this.createdAt = createdAt;
        this.expiresAt = expiresAt;
        for (int from = 0; from < text.length(); from += PIECE) {
            pieces.add(text.substring(from, Math.min(text.length(), from + PIECE)));
        }
    }

    Long userId() {
        return userId;
    }

    Instant createdAt() {
        return createdAt;
    }

    Instant expiresAt() {
        return expiresAt;
    }

    String text() {
        return String.join("", pieces);
    }
}
