"""The API's reference: its OpenAPI document made complete, and pages where it can be tried."""
