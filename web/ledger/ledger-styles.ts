import { css } from 'lit';

export const ledgerStyles = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1.25rem;
    position: relative;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem;
  }
  .steps {
    display: inline-flex;
    gap: 0.5rem;
  }
  .span {
    margin-left: 0.5rem;
  }
  .panel {
    padding: clamp(1rem, 2.5vw, 1.75rem);
  }
  .head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1rem;
  }
  .keys {
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1.25rem;
    margin: 0.25rem 0 1.25rem;
  }
  .keys li {
    display: inline-flex;
    align-items: center;
    gap: 0.4375rem;
  }
  .meters {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1.5rem;
  }
  .meter {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 0.75rem;
    margin-bottom: 0.375rem;
  }
  .meter h3 {
    font-size: 1rem;
    overflow-wrap: anywhere;
  }
  .zone {
    margin-top: 1rem;
  }
  @media (max-width: 40rem) {
    .head button span {
      position: absolute;
      clip-path: inset(50%);
      width: 1px;
      height: 1px;
      overflow: hidden;
    }
  }
`;
