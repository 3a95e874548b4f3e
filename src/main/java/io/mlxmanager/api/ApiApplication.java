package io.mlxmanager.api;

import io.mlxmanager.api.audit.AuditLogResource;
import io.mlxmanager.api.auth.AuthResource;
import io.mlxmanager.api.auth.SessionResource;
import io.mlxmanager.api.auth.TicketResource;
import io.mlxmanager.api.auth.UsersResource;
import io.mlxmanager.api.body.BodyLimit;
import io.mlxmanager.api.body.JsonFieldsReader;
import io.mlxmanager.api.conversations.ConversationsResource;
import io.mlxmanager.api.keys.KeysResource;
import io.mlxmanager.api.models.ActiveDownloadsResource;
import io.mlxmanager.api.models.DownloadResource;
import io.mlxmanager.api.models.ModelsResource;
import io.mlxmanager.api.models.UploadsResource;
import io.mlxmanager.api.pool.LoadedModelsResource;
import io.mlxmanager.api.pool.PoolResource;
import io.mlxmanager.api.probe.ProbeResource;
import io.mlxmanager.api.problem.ProblemMapper;
import io.mlxmanager.api.profiles.ProfilesResource;
import io.mlxmanager.api.security.GuardFeature;
import io.mlxmanager.api.security.KeyLimitFilter;
import io.mlxmanager.api.servers.EmbeddedServerResource;
import io.mlxmanager.api.servers.ServersResource;
import io.mlxmanager.api.settings.SettingsResource;
import io.mlxmanager.api.system.LogLevelResource;
import io.mlxmanager.api.system.MetricsResource;
import io.mlxmanager.api.system.SystemEventsResource;
import io.mlxmanager.api.system.SystemResource;
import io.mlxmanager.api.tools.ToolsResource;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** The management API. Its classes are listed because the server would otherwise add those of /v1 to it. */
@ApplicationPath("/api")
public class ApiApplication extends Application {

    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(
                GuardFeature.class,
                ProblemMapper.class,
                KeyLimitFilter.class,
                BodyLimit.class,
                JsonFieldsReader.class,
                AuthResource.class,
                SessionResource.class,
                TicketResource.class,
                UsersResource.class,
                AuditLogResource.class,
                ConversationsResource.class,
                KeysResource.class,
                DownloadResource.class,
                ActiveDownloadsResource.class,
                ModelsResource.class,
                UploadsResource.class,
                LoadedModelsResource.class,
                PoolResource.class,
                ProbeResource.class,
                ProfilesResource.class,
                EmbeddedServerResource.class,
                ServersResource.class,
                SettingsResource.class,
                SystemEventsResource.class,
                LogLevelResource.class,
                MetricsResource.class,
                SystemResource.class,
                ToolsResource.class);
    }
}
