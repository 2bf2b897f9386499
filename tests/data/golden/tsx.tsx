import React, { useState, type ReactNode } from 'react';

interface CardProps<T> {
  item: T;
  children?: ReactNode;
  /** Called when it is chosen. */
  onChoose?(item: T): void;
}

/**
 * Shows one item.
 * @param props - What to show.
 */
export function Card<T extends { id: string }>({ item, children, onChoose }: CardProps<T>): JSX.Element {
  const [open, setOpen] = useState<boolean>(false);
  // Local handler.
  const handleClick = (event: React.MouseEvent<HTMLButtonElement>) => {
    setOpen(!open);
    onChoose?.(item);
  };
  return (
    <section data-note="/* no comment */">
      {/* a comment in JSX */}
      <button onClick={handleClick}>{open ? 'Close' : 'Open'} // text, no comment</button>
      {open && children}
      <ul>{[1, 2].map((n) => <li key={n}>{n}</li>)}</ul>
    </section>
  );
}

/** A generic arrow needs the comma here. */
export const List = <T,>({ items }: { items: T[] }) => <>{items.length}</>;

/** Wrapped: the name is the inner function's. */
export const Fancy = React.forwardRef<HTMLDivElement, { label: string }>(function FancyInner(props, ref) {
  return <div ref={ref}>{props.label}</div>;
});

export default class Panel extends React.Component<{ title: string }> {
  static defaultProps = { title: '' };

  /** Draws it. */
  render(): ReactNode {
    if (!this.props.title) throw new TypeError('no title');
    return <h1>{this.props.title}</h1>;
  }
}
