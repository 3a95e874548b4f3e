package io.mlxmanager.manage.settings;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** The row of one setting. Lives inside one transaction. */
@Entity
@Table(name = "settings")
public class StoredSetting {

    @Id
    private String name;

    private String content;

    @Column(name = "updated_at")
    private Instant updatedAt;

    /** For the persistence provider. */
    protected StoredSetting() {}

    StoredSetting(String name) {
        this.name = name;
    }

    void write(String newContent, Instant now) {
        content = newContent;
        updatedAt = now;
    }

    String content() {
        return content;
    }
}
