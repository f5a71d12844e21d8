import { Drawer } from 'antd';
import type { ReactNode } from 'react';

interface MoreDrawerProps {
  readonly title: string;
  readonly children: ReactNode;
  onClose(): void;
}

/** The rest of the pages, on a phone. */
export function MoreDrawer({ title, children, onClose }: MoreDrawerProps) {
  return (
    <Drawer open onClose={onClose} placement="bottom" size={360} title={title}>
      {children}
    </Drawer>
  );
}
