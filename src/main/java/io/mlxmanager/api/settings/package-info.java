/** The doors to the settings that administrators change while the server runs. What they hold is decided in manage.settings. */
package io.mlxmanager.api.settings;
