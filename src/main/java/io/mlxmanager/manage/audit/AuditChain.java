package io.mlxmanager.manage.audit;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** The one row that says where the chain ends; writers lock it. */
@Entity
@Table(name = "audit_chain")
public class AuditChain {

    /** The id of the only row. */
    static final int ONLY = 1;

    @Id
    private int id;

    @Column(name = "last_id")
    private long lastId;

    @Column(name = "last_hash")
    private String lastHash;

    /** For the persistence provider. */
    protected AuditChain() {}

    public long getLastId() {
        return lastId;
    }

    public String getLastHash() {
        return lastHash;
    }

    void advance(AuditRow row) {
        lastId = row.id();
        lastHash = row.hash();
    }
}
