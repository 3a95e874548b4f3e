package io.mlxmanager.manage.capability;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.NamedQuery;
import jakarta.persistence.Table;
import java.time.Instant;

/** The row of one model. Lives inside one transaction. */
@Entity
@Table(name = "model_capabilities")
@NamedQuery(name = "ModelCapabilities.all", query = "SELECT c FROM ModelCapabilities c ORDER BY c.modelId")
public class ModelCapabilities {

    @Id
    @Column(name = "model_id")
    private String modelId;

    private String content;

    @Column(name = "probed_at")
    private Instant probedAt;

    /** For the persistence provider. */
    protected ModelCapabilities() {}

    ModelCapabilities(String modelId, String content, Instant probedAt) {
        this.modelId = modelId;
        this.content = content;
        this.probedAt = probedAt;
    }

    String modelId() {
        return modelId;
    }

    String content() {
        return content;
    }

    Instant probedAt() {
        return probedAt;
    }
}
