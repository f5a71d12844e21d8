import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Shown at the address when the console has not been built. */
const NO_CONSOLE = `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>Fanzha · 反诈</title></head><body>
<h1>反诈平台已启动，但控制台尚未构建</h1>
<p>在仓库根目录运行 <code>npm start</code>，它会自动构建控制台。接口说明在 <a href="/docs">/docs</a>。</p>
<h1 lang="en">Fanzha is running, but the console has not been built</h1>
<p lang="en">Run <code>npm start</code> in the repository: it builds the console. The API is described at
<a href="/docs">/docs</a>.</p>
</body></html>
`;

/** Paths that belong to the API and the operator, never to a page of the console. */
const NOT_A_PAGE = /^\/(?:v1|docs|problems|metrics|livez|readyz|openapi\.json)(?:\/|$)/;

/** Whether a browser asks for a page, which the console's own router will show. */
function wantsPage(request: FastifyRequest): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const path = request.url.split('?', 1)[0] ?? '/';
  const last = path.slice(path.lastIndexOf('/') + 1);
  const accept = request.headers.accept ?? '*/*';
  return !NOT_A_PAGE.test(path) && !last.includes('.') && /text\/html|\*\/\*/.test(accept);
}

/** Answers with the console's page where one is asked for; false where the request is not for a page. */
export type PageFallback = (request: FastifyRequest, reply: FastifyReply) => boolean;

/**
 * Serves the built console at `/`: hashed assets for a year, `index.html` never from a cache, compressed copies where
 * the build made them. Without a build there is a page that says so.
 */
export async function serveConsole(app: FastifyInstance, folder: string | undefined): Promise<PageFallback> {
  if (folder === undefined || !existsSync(join(folder, 'index.html'))) {
    return (request, reply) => {
      if (!wantsPage(request)) return false;
      void reply
        .code(200)
        .type('text/html; charset=utf-8')
        .header('cache-control', 'no-store')
        .send(NO_CONSOLE);
      return true;
    };
  }
  const assets = join(folder, 'assets') + sep;
  await app.register(fastifyStatic, {
    root: folder,
    preCompressed: true,
    cacheControl: false,
    dotfiles: 'ignore',
    setHeaders(response, path) {
      const lasting = path.startsWith(assets);
      response.header('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  return (request, reply) => {
    if (!wantsPage(request)) return false;
    void reply.code(200).sendFile('index.html');
    return true;
  };
}
