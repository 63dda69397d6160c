import type { OpenApiDocument, OpenApiOperation } from '../openapi/document.js';
import { escapeHtml, prose, renderPage } from './html.js';
import { describeSchema } from './render-schema.js';

interface Call {
  readonly method: string;
  readonly path: string;
  readonly operation: OpenApiOperation;
}

/** The reference as one page, from the document alone: what is not in it is not on the page. */
export function renderDocs(document: OpenApiDocument): string {
  const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const { title, description } = document.info as { readonly title: string; readonly description: string };
  const sections = document.tags.map(({ name, description: about }) => ({
    name,
    about,
    calls: calls.filter(({ operation }) => operation.tags.includes(name)),
  }));
  return renderPage(
    `${title}: the API`,
    `<h1>${escapeHtml(title)}</h1><p>${prose(description)}</p>
<p>The same for programs: <a href="/openapi.json">/openapi.json</a>.</p>
<nav>${sections.map(({ name, calls: own }) => `<h4>${escapeHtml(name)}</h4><ul>${own.map(link).join('')}</ul>`).join('')}</nav>
${sections.map(({ name, about, calls: own }) => `<h2>${escapeHtml(name)}</h2><p>${prose(about)}</p>${own.map(renderCall).join('')}`).join('\n')}
<h2>Schemas</h2>${Object.entries(document.components.schemas)
      .map(
        ([name, schema]) =>
          `<h3 id="schema-${escapeHtml(name)}">${escapeHtml(name)}</h3>${describeSchema(schema)}`,
      )
      .join('')}`,
  );
}

function link({ method, path, operation }: Call): string {
  return `<li><a href="#${escapeHtml(operation.operationId)}"><code>${method} ${escapeHtml(path)}</code></a></li>`;
}

function renderCall({ method, path, operation }: Call): string {
  const { operationId, summary, description } = operation;
  return `<section id="${escapeHtml(operationId)}"><h3><span class="method">${method}</span> <code>${escapeHtml(path)}</code></h3>
<p>${prose(summary)}. <span class="scope">${accessOf(operation)}</span></p>${description === undefined ? '' : `<p>${prose(description)}</p>`}
${renderParameters(operation)}${renderBody(operation)}${renderAnswers(operation)}</section>`;
}

function accessOf({ security }: OpenApiOperation): string {
  const [first] = security;
  if (first === undefined) return 'Open to anybody.';
  const scope = first['key']?.[0];
  return scope === undefined
    ? "Its key is AMPECO's signature."
    : `Needs a key with scope <code>${escapeHtml(scope)}</code>.`;
}

function renderParameters({ parameters = [] }: OpenApiOperation): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map(
    ({ name, in: place, required, description, schema }) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td>${place}${required === true ? ', required' : ''}</td><td>${prose(description)} ${describeSchema(schema)}</td></tr>`,
  );
  return `<h4>Parameters</h4><table>${rows.join('')}</table>`;
}

function renderBody({ requestBody }: OpenApiOperation): string {
  if (requestBody === undefined) return '';
  const media = Object.values(requestBody.content)[0];
  if (media === undefined) return '';
  return `<h4>Body</h4><p>${prose(requestBody.description)} ${describeSchema(media.schema)}</p>${example(media.example)}`;
}

function renderAnswers({ responses }: OpenApiOperation): string {
  const rows = Object.entries(responses).map(([status, { description, content = {} }]) => {
    const media = Object.entries(content).map(([type, { schema, examples }]) => {
      const codes = Object.keys(examples ?? {});
      if (codes.length > 0) return codes.map((code) => `<a href="/problems/${code}">${code}</a>`).join(', ');
      return `<code>${escapeHtml(type)}</code> ${describeSchema(schema)}`;
    });
    const shown = Object.values(content).find((one) => one.example !== undefined)?.example;
    return `<tr><td><code>${status}</code></td><td>${prose(description)}<br>${media.join('<br>')}${example(shown)}</td></tr>`;
  });
  return `<h4>Answers</h4><table>${rows.join('')}</table>`;
}

function example(value: unknown): string {
  return value === undefined ? '' : `<pre>${escapeHtml(JSON.stringify(value, undefined, 2))}</pre>`;
}
