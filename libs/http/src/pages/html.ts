import { createHash } from 'node:crypto';

const STYLE = `:root{color-scheme:light dark}
body{font:16px/1.55 system-ui,sans-serif;max-width:60rem;margin:2.5rem auto;padding:0 1rem;overflow-wrap:break-word}
h1{margin-bottom:0}h2{margin-top:3rem;border-bottom:2px solid #8886;padding-bottom:.2rem}h3{margin:2.2rem 0 .3rem;font-size:1rem}
h3 code{font-weight:600}h4{margin:1rem 0 .2rem;font-size:.85rem;text-transform:uppercase;letter-spacing:.05em;opacity:.75}
p{margin:.3rem 0}code,pre{font:14px/1.45 ui-monospace,monospace;overflow-wrap:anywhere}pre{background:#8881;padding:.7rem;border-radius:.3rem;white-space:pre-wrap;margin:.3rem 0}
table{border-collapse:collapse;width:100%}td,th{padding:.3rem .9rem .3rem 0;text-align:left;vertical-align:top;border-top:1px solid #8884}
th{font-weight:600;border-top:0;font-size:.85rem;opacity:.75}td:first-child,td:first-child code{white-space:nowrap;overflow-wrap:normal}td td:first-child{white-space:normal}a{color:inherit}
.method{display:inline-block;min-width:4.2em;font-weight:700}.scope{opacity:.75;font-size:.9rem}nav ul{columns:18rem;padding-left:1.1rem}
@media(max-width:48rem){tr,td{display:block}td{border-top:0;padding:0 0 .3rem}tr{border-top:1px solid #8884;padding-top:.3rem}
td table{padding-left:1rem;box-sizing:border-box;display:block}td:first-child,td:first-child code{white-space:normal;overflow-wrap:anywhere}}`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Headers of every page: nothing is loaded, nothing runs, nobody frames it. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** A whole page. `body` is HTML already: everything that comes from elsewhere has been through {@link escapeHtml}. */
export function renderPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>
${body}
</body></html>
`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Prose with `code` in backquotes. */
export function prose(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}
