"""What every page stands on: the frame, the parts, rights, refusals and scans."""
