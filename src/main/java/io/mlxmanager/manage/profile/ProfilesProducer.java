package io.mlxmanager.manage.profile;

import io.mlxmanager.base.persist.Transactions;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.manage.catalog.ModelCatalog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.ZoneOffset;

/** Offers the profiles for injection. */
@ApplicationScoped
public class ProfilesProducer {

    @Produces
    @Singleton
    Profiles profiles(Transactions transactions, ModelCatalog catalog) {
        return new Profiles(
                transactions, id -> catalog.find(id).map(CatalogModel::folder), Clock.tickMillis(ZoneOffset.UTC));
    }
}
