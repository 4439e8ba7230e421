/** Each would call this, were any of it taken for markup or script. */
const call = 'window.hit()';

const tags = [
  `<script>${call}</script>`,
  `<ScRiPt>${call}</sCrIpT>`,
  `</script><script>${call}//`,
  `<img src=x onerror=${call}>`,
  `<img/src=x/onerror=${call}>`,
  `"><img src=x onerror=${call}>`,
  `'><img src=x onerror=${call}>`,
  `<svg onload=${call}>`,
  `<svg/onload=${call}//`,
  `<svg><script>${call}</script>`,
  `<svg><animate onbegin=${call}>`,
  `<math><mi xlink:href="javascript:${call}">`,
  `<body onload=${call}>`,
  `<iframe src="javascript:${call}">`,
  `<iframe srcdoc="<script>${call}">`,
  `<object data="javascript:${call}">`,
  `<embed src="javascript:${call}">`,
  `<a href="javascript:${call}">x</a>`,
  `<a href=JaVaScRiPt:${call}>x</a>`,
  `<form action="javascript:${call}"><input type=submit>`,
  `<button formaction="javascript:${call}">`,
  `<input autofocus onfocus=${call}>`,
  `<select autofocus onfocus=${call}>`,
  `<textarea autofocus onfocus=${call}>`,
  `<details open ontoggle=${call}>`,
  `<video src=x onerror=${call}>`,
  `<audio src=x onerror=${call}>`,
  `<video><source onerror=${call}>`,
  `<marquee onstart=${call}>`,
  `<link rel=stylesheet href="javascript:${call}">`,
  `<style>@import "javascript:${call}"</style>`,
  `<style onload=${call}>`,
  `<meta http-equiv=refresh content="0;javascript:${call}">`,
  `<base href="javascript:${call}//">`,
  `<template><script>${call}</script>`,
  `<noscript><p title="</noscript><img src=x onerror=${call}>">`,
  `<!--><img src=x onerror=${call}>-->`,
  `<![CDATA[<script>${call}</script>]]>`,
  `<x onclick=${call} style=position:fixed;inset:0>`,
  `<div style="background:url(javascript:${call})">`,
  `<jg-app onclick=${call}>`,
  `<slot onslotchange=${call}>`,
];

const breaks = [
  `" onmouseover=${call} x="`,
  `' onmouseover=${call} x='`,
  '` onmouseover=window.hit() `',
  `" autofocus onfocus=${call} x="`,
  `javascript:${call}`,
  `data:text/html,<script>${call}</script>`,
  `";${call};//`,
  `';${call};//`,
  `\\";${call};//`,
  `\${${call}}`,
  `{{${call}}}`,
  `#{${call}}`,
  `]]>${call}`,
  `*/${call}/*`,
  `&lt;script&gt;${call}&lt;/script&gt;`,
  `&#60;script&#62;${call}`,
  `%3Cscript%3E${call}%3C/script%3E`,
  `\u2028<img src=x onerror=${call}>`,
];

/** Texts that try to be something else than text, for every field that a device or a person names something by. */
export const payloads: readonly string[] = Object.freeze([...tags, ...breaks]);

/** Fields of answers that hold free text, from gateways, imports or people. */
const named: ReadonlySet<string> = new Set([
  'name',
  'label',
  'user',
  'detail',
  'message',
  'note',
  'help',
  'comment',
  'source',
  'firmware',
  'board',
  'manufacturer',
  'model',
  'serial',
  'description',
  'title',
  'text',
  'error',
  'version',
  'revision',
  'ssid',
]);
/** Reasons that people write; those of a loss are from a list. */
const written = /^(reason|why|about|notes)$/;
const isListed = /^[a-zA-Z]+$/;

/** Puts payloads in the place of names, one after the other. */
export class Spoiler {
  /** How often each was put in. */
  readonly counts = new Map<string, number>(payloads.map(payload => [payload, 0]));
  #next = 0;

  /** The same value with every free text in it replaced. */
  spoil(value: unknown, key = ''): unknown {
    if (Array.isArray(value)) return value.map(one => this.spoil(one, key));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, this.spoil(part, name)]));
    }
    const isFree =
      named.has(key) || (written.test(key) && typeof value === 'string' && !isListed.test(value));
    if (typeof value !== 'string' || !isFree) return value;
    const payload = payloads[this.#next++ % payloads.length] ?? '';
    this.counts.set(payload, (this.counts.get(payload) ?? 0) + 1);
    return payload;
  }
}
