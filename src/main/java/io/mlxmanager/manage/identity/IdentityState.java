package io.mlxmanager.manage.identity;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/**
 * The one row that decisions about administrators are serialised on: who was the first, and whether enough would be left.
 */
@Entity
@Table(name = "identity_state")
public class IdentityState {

    /** The id of the only row. */
    static final int ONLY = 1;

    @Id
    private int id;

    @Column(name = "first_admin_id")
    private Long firstAdminId;

    /** For the persistence provider. */
    protected IdentityState() {}

    /** Whether nobody has ever registered. */
    public boolean isUnclaimed() {
        return firstAdminId == null;
    }

    public void setFirstAdminId(Long userId) {
        this.firstAdminId = userId;
    }
}
