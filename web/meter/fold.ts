import { css, html, type TemplateResult } from 'lit';

const phone = matchMedia('(max-width: 40rem)');

/** Under its heading what is long; on a phone it is folded up until it is wanted, with what matters of it beside the heading. */
export const fold = (
  heading: TemplateResult,
  brief: unknown,
  isOpen: boolean,
  content: TemplateResult,
): TemplateResult =>
  phone.matches
    ? html`<details class="fold" ?open=${isOpen}><summary>${heading}<span class="brief muted number">${brief}</span></summary>${content}</details>`
    : html`${heading}${content}`;

export const foldStyles = css`
  .fold summary {
    display: flex;
    align-items: center;
    gap: 0.75rem;
    min-height: 2.75rem;
    cursor: pointer;
    list-style: none;
  }
  .fold summary::-webkit-details-marker {
    display: none;
  }
  .fold summary::after {
    content: '';
    flex: none;
    inline-size: 0.5rem;
    block-size: 0.5rem;
    margin: 0 0.25rem;
    border: solid currentColor;
    border-width: 0 2px 2px 0;
    transform: translateY(-25%) rotate(45deg);
  }
  .fold[open] summary::after {
    transform: translateY(25%) rotate(-135deg);
  }
  .fold summary > :first-child {
    flex: 1;
  }
  .fold[open] .brief {
    display: none;
  }
`;
