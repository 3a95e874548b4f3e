/** The families of DeepSeek's latent attention: deepseek_v2, deepseek_v3, kimi_k2 and those that took it or its experts over. */
package io.mlxmanager.engine.arch.deepseek;
