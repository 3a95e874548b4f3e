package io.mlxmanager.manage.hub;

import io.mlxmanager.manage.catalog.ModelId;
import java.util.List;

/**
 * What a repository holds at one commit.
 *
 * @param model whose repository it is
 * @param commit hex
 * @param files by path
 */
public record HubRevision(ModelId model, String commit, List<HubFile> files) {

    public HubRevision {
        files = List.copyOf(files);
    }
}
