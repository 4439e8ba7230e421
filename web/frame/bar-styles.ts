import { css } from 'lit';

/** What bars above a page have: the mark with the name, and a menu that opens below. */
export const barStyles = css`
  .brand {
    display: flex;
    align-items: center;
    gap: 0.625rem;
    font-weight: 650;
    font-size: 1.0625rem;
    letter-spacing: -0.01em;
  }
  .mark {
    display: grid;
    place-items: center;
    width: 2rem;
    height: 2rem;
    border-radius: 9px;
    background: light-dark(#2a5bd7, #2f5fd6);
    color: #fff;
  }
  .space {
    flex: 1;
  }
  .menu {
    padding: 0.375rem 0.625rem;
  }
  .popover {
    position: fixed;
    inset: 4rem max(1rem, calc((100vw - 80rem) / 2 + 2.5rem)) auto auto;
    width: 16rem;
    max-height: calc(100vh - 5rem);
    overflow-y: auto;
    margin: 0;
    padding: 1.25rem;
    color: inherit;
  }
  .popover:popover-open {
    display: grid;
    gap: 1rem;
  }
`;
