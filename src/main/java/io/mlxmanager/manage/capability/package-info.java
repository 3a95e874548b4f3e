/** What models were found to be able to do. How that is found out belongs to serve.probe. */
package io.mlxmanager.manage.capability;
