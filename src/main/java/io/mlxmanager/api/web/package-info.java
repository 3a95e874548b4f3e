/**
 * Serves the browser page: its files, its security headers and its Content-Security-Policy. The page's own code lives in
 * {@code src/main/webapp}; data for it comes from the other features of this stratum, never from here. Everything is
 * public, because nothing here knows more than the files of the product.
 */
package io.mlxmanager.api.web;
