/**
 * How much this server tells in its log. What is written there is said by the classes that know it, through
 * java.util.logging; where it goes is the container's affair. No settings file is read here.
 */
package io.mlxmanager.base.log;
