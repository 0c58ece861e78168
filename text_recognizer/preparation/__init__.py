"""A photo or a scan -> the page as a scanner would show it: level, alone, dark ink on light paper."""
