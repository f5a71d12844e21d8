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
    generateBundle(_, bundle) {
      for (const [fileName, file] of Object.entries(bundle)) {
        if (!text.test(fileName)) continue;
        const source = Buffer.from(file.type === 'chunk' ? file.code : file.source);
        this.emitFile({ type: 'asset', fileName: `${fileName}.br`, source: brotliCompressSync(source) });
        this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source: gzipSync(source, { level: 9 }) });
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
