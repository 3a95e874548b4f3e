/**
 * Downloads: jobs that survive a restart, the fetching of files in parts, and their place in the cache that the Hugging
 * Face tools share. Who may ask for a download, and how its progress is shown, is known elsewhere.
 */
package io.mlxmanager.manage.download;
