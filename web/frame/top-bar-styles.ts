import { css } from 'lit';
import { barStyles } from './bar-styles.ts';

/** A bar above all views; on phones the views are in a second one at the lower edge. */
export const topBarStyles = css`
  ${barStyles}
  header {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    max-width: 80rem;
    margin: 0 auto;
    padding: calc(0.75rem + env(safe-area-inset-top)) max(clamp(1rem, 3vw, 2.5rem), env(safe-area-inset-right))
      0.75rem max(clamp(1rem, 3vw, 2.5rem), env(safe-area-inset-left));
  }
  .brand {
    margin-right: 1rem;
    color: inherit;
    text-decoration: none;
  }
  nav {
    display: flex;
    gap: 0.25rem;
  }
  .item {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    padding: 0.5rem 0.75rem;
    border-radius: var(--jg-radius-small);
    color: var(--jg-muted);
    text-decoration: none;
    font-weight: 500;
    white-space: nowrap;
  }
  .item:hover {
    background: var(--jg-idle-tint);
  }
  .item[aria-current],
  .item.has-current {
    color: var(--jg-accent);
    background: var(--jg-accent-tint);
  }
  .badge {
    min-width: 1.25rem;
    padding: 0 0.375rem;
    border-radius: 0.625rem;
    background: var(--jg-bad);
    color: var(--jg-surface);
    font-size: 0.75rem;
    font-weight: 600;
    line-height: 1.25rem;
    text-align: center;
  }
  nav .more,
  .sheet {
    display: none;
  }
  .sites select {
    max-width: 14rem;
    font-weight: 500;
  }
  .sites label {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .sites-in-menu {
    display: none;
  }
  .link {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    font-size: 0.875rem;
    font-weight: 500;
    color: var(--jg-well);
    padding: 0.25rem 0.5rem;
    white-space: nowrap;
  }
  .link::before {
    content: '';
    width: 0.5rem;
    height: 0.5rem;
    border-radius: 50%;
    background: currentColor;
  }
  .link.reconnecting,
  .link.connecting {
    color: var(--jg-warn);
  }
  .link.reconnecting::before,
  .link.connecting::before {
    background: none;
    border: 2px solid currentColor;
  }
  .link.reconnecting::before {
    animation: blink 1s infinite alternate;
  }
  @keyframes blink {
    to {
      opacity: 0.2;
    }
  }
  .entries {
    display: grid;
    gap: 0.25rem;
  }
  .entries .item {
    border: 0;
    background: none;
    justify-content: start;
    font: inherit;
    font-weight: 500;
    color: inherit;
    min-height: 2.75rem;
  }
  .entries .item:hover {
    background: var(--jg-idle-tint);
  }
  .entries .item[aria-current] {
    color: var(--jg-accent);
  }
  /* Where nothing hovers there is a finger, and no keyboard to speak of. */
  @media (hover: none) {
    .entries .for-keyboards {
      display: none;
    }
  }
  @media (max-width: 78rem) {
    nav .item svg {
      display: none;
    }
    .brand {
      margin-right: 0.5rem;
    }
  }
  /* Seven views and a choice of sites leave no room for more. */
  .has-sites .brand .name {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .has-sites .brand {
    margin-right: 0;
  }
  .has-sites nav .item svg {
    display: none;
  }
  @media (max-width: 80rem) {
    .sites select {
      max-width: 8rem;
    }
  }
  @media (max-width: 72rem) {
    header {
      gap: 0.25rem;
    }
    /* Between the views there is no room for it; on phones these are below. */
    .sites {
      display: none;
    }
    .sites-in-menu {
      display: block;
    }
    .brand .name,
    .link span {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    nav {
      gap: 0;
    }
    nav .item {
      padding-inline: 0.5rem;
      font-size: 0.9375rem;
    }
  }
  @media (max-width: 47rem) {
    nav .item {
      gap: 0.25rem;
      padding-inline: 0.25rem;
      font-size: 0.875rem;
    }
  }
  @media (max-width: 40rem) {
    .sites {
      display: block;
    }
    .sites-in-menu {
      display: none;
    }
    header:not(.has-sites) .brand .name {
      position: static;
      width: auto;
      height: auto;
      clip-path: none;
    }
    /* Within reach of the thumb. */
    nav {
      position: fixed;
      inset: auto 0 0;
      z-index: 2;
      gap: 0;
      padding: 0.25rem max(0.25rem, env(safe-area-inset-right)) calc(0.25rem + env(safe-area-inset-bottom))
        max(0.25rem, env(safe-area-inset-left));
      background: var(--jg-surface);
      border-top: 1px solid var(--jg-border);
    }
    nav .item,
    nav .more {
      display: flex;
      flex: 1 1 0;
      min-width: 0;
      min-height: 3rem;
      flex-direction: column;
      justify-content: center;
      gap: 0.125rem;
      padding: 0.25rem 0;
      border: 0;
      background: none;
      font-size: 0.75rem;
    }
    nav .item[aria-current],
    nav .more.has-current {
      background: var(--jg-accent-tint);
    }
    nav .item svg,
    .has-sites nav .item svg {
      display: block;
    }
    nav .item .badge {
      position: absolute;
      top: 0.25rem;
      margin-left: 2.5rem;
    }
    nav .item.is-elsewhere {
      display: none;
    }
    .sheet {
      position: fixed;
      inset: auto 0.5rem calc(4.25rem + env(safe-area-inset-bottom));
      width: auto;
      margin: 0;
      padding: 0.5rem;
      color: inherit;
    }
    .sheet:popover-open {
      display: grid;
    }
    .sheet .item {
      min-height: 3rem;
    }
  }
`;
