"""What people see: the door, the routes, the navigation. The only part that imports streamlit or starlette."""
