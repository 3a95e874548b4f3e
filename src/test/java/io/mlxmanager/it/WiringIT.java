package io.mlxmanager.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.manage.catalog.ModelCatalog;
import io.mlxmanager.manage.catalog.StarterModel;
import io.mlxmanager.manage.identity.Account;
import io.mlxmanager.manage.identity.Registration;
import io.mlxmanager.manage.identity.TokenRefused;
import io.mlxmanager.manage.identity.TokenVerifier;
import io.mlxmanager.serve.pool.EngineHost;
import io.mlxmanager.serve.pool.EngineStatus;
import io.mlxmanager.serve.pool.ModelLease;
import io.mlxmanager.serve.pool.ModelPool;
import jakarta.inject.Inject;
import java.io.File;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Inside the container: beans are wired, the database is migrated, the engine runs a model. */
@ArquillianTest
class WiringIT {

    @Inject
    private ModelCatalog catalog;

    @Inject
    private ModelPool pool;

    @Inject
    private EngineHost engine;

    @Inject
    private Registration registration;

    @Inject
    private TokenVerifier verifier;

    @Deployment
    static WebArchive application() {
        WebArchive war = ShrinkWrap.create(ZipImporter.class, "wiring.war")
                .importFrom(new File("target/mlx-manager.war"))
                .as(WebArchive.class);
        // The adapter looks for the application under the name of its archive.
        war.delete("/WEB-INF/ibm-web-ext.xml");
        return war;
    }

    @Test
    void theStarterModelIsInstalledAndLoadedOnceForAllWhoAsk() throws Exception {
        CatalogModel starter = catalog.find(StarterModel.ID).orElseThrow();
        CompletableFuture<ModelLease> first = pool.acquire(starter);
        CompletableFuture<ModelLease> second = pool.acquire(starter);
        try (ModelLease one = first.get(2, TimeUnit.MINUTES);
                ModelLease other = second.get(2, TimeUnit.MINUTES)) {
            assertEquals(one.model(), other.model());
            assertEquals(2, pool.loadedModel(StarterModel.ID).orElseThrow().running());
        }
        assertEquals(EngineStatus.State.READY, engine.status().state());
    }

    @Test
    void aModelThatIsNotThereIsNotLoadedByLooking() {
        assertTrue(pool.loadedModel("no/such").isEmpty());
        assertTrue(catalog.find("../../etc").isEmpty());
        assertTrue(catalog.find("no/such").isEmpty());
    }

    @Test
    void theDatabaseIsReadyForUsers() {
        Account account = registration.register(" Ada@Example.com ", "correct horse battery");
        assertEquals("ada@example.com", account.email());
        assertTrue(account.admin());
    }

    @Test
    void nonsenseIsNoToken() {
        assertThrows(TokenRefused.class, () -> verifier.verify("nonsense"));
    }
}
