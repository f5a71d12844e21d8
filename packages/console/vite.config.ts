import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const SERVER = 'http://127.0.0.1:8080';
const passedOn = ['/v1', '/openapi.json', '/docs', '/livez', '/readyz', '/problems'];

/**
 * The console reads method, path and permission of an operation; its schemas are only types to it, and the server
 * validates. Leaving the schema library out of the browser keeps the first view small: every builder answers {}.
 */
function schemaShell(): Plugin {
  const id = '\0schema-shell';
  return {
    name: 'schema-shell',
    enforce: 'pre',
    resolveId: (source) => (source === 'typebox' ? id : null),
    load: (asked) => (asked === id ? 'export default new Proxy({}, { get: () => () => ({}) });' : null),
  };
}

/** Writes every text file compressed beside itself as well, so that the server need not compress while it serves. */
function compressed(): Plugin {
  const text = /\.(?:js|css|svg|html)$/;
  return {
    name: 'compressed',
    apply: 'build',
    enforce: 'post',
    // Only what was written is final: Vite rewrites chunks until then.
    writeBundle({ dir = 'dist' }, bundle) {
      for (const name of Object.keys(bundle).filter((file) => text.test(file))) {
        const source = readFileSync(join(dir, name));
        writeFileSync(join(dir, `${name}.br`), brotliCompressSync(source));
        writeFileSync(join(dir, `${name}.gz`), gzipSync(source, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  plugins: [schemaShell(), react(), compressed()],
  build: {
    target: 'es2022',
    manifest: true,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      treeshake: {
        // Ground packages run nothing when imported: unused number and host parsing must not reach the browser.
        moduleSideEffects: (id) => !/packages\/(vocabulary|contract)\/src/.test(id),
      },
    },
  },
  server: {
    proxy: Object.fromEntries(passedOn.map((path) => [path, { target: SERVER, changeOrigin: false }])),
  },
});
