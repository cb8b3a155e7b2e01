// HeadKit
